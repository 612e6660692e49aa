import java.io.*;
import java.util.*;
import javax.servlet.http.*;

class Directory extends HttpServlet {
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String uid = request.getParameter("uid");
        // ruleid: java-ldap-injection
        context.search("ou=people", "(uid=" + uid + ")", controls);
        String filter = "(&(objectclass=person)(uid=" + uid + "))";
        // ruleid: java-ldap-injection
        ldapTemplate.search("ou=people", filter, mapper);
        // ok: java-ldap-injection
        context.search("ou=people", "(uid={0})", new Object[] {uid}, controls);
        // ok: java-ldap-injection
        context.search("ou=people", "(uid=" + LdapEncoder.filterEncode(uid) + ")", controls);
    }
}
