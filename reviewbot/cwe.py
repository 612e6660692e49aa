"""The weaknesses that findings name: MITRE's short names for them, and what most of them lead to."""

from dataclasses import dataclass

_NAMES = {
    20: "Improper Input Validation",
    22: "Path Traversal",
    23: "Relative Path Traversal",
    36: "Absolute Path Traversal",
    73: "External Control of File Name or Path",
    74: "Injection",
    77: "Command Injection",
    78: "OS Command Injection",
    79: "Cross-site Scripting",
    80: "Improper Neutralization of Script-Related HTML Tags in a Web Page (Basic XSS)",
    88: "Argument Injection",
    89: "SQL Injection",
    90: "LDAP Injection",
    91: "XML Injection (aka Blind XPath Injection)",
    94: "Code Injection",
    95: "Eval Injection",
    96: "Static Code Injection",
    98: "PHP Remote File Inclusion",
    99: "Resource Injection",
    113: "HTTP Request/Response Splitting",
    116: "Improper Encoding or Escaping of Output",
    117: "Improper Output Neutralization for Logs",
    155: "Improper Neutralization of Wildcards or Matching Symbols",
    185: "Incorrect Regular Expression",
    190: "Integer Overflow or Wraparound",
    200: "Exposure of Sensitive Information to an Unauthorized Actor",
    201: "Insertion of Sensitive Information Into Sent Data",
    208: "Observable Timing Discrepancy",
    209: "Generation of Error Message Containing Sensitive Information",
    215: "Insertion of Sensitive Information Into Debugging Code",
    242: "Use of Inherently Dangerous Function",
    250: "Execution with Unnecessary Privileges",
    256: "Plaintext Storage of a Password",
    257: "Storing Passwords in a Recoverable Format",
    259: "Use of Hard-coded Password",
    276: "Incorrect Default Permissions",
    284: "Improper Access Control",
    287: "Improper Authentication",
    290: "Authentication Bypass by Spoofing",
    295: "Improper Certificate Validation",
    297: "Improper Validation of Certificate with Host Mismatch",
    306: "Missing Authentication for Critical Function",
    311: "Missing Encryption of Sensitive Data",
    312: "Cleartext Storage of Sensitive Information",
    319: "Cleartext Transmission of Sensitive Information",
    321: "Use of Hard-coded Cryptographic Key",
    322: "Key Exchange without Entity Authentication",
    326: "Inadequate Encryption Strength",
    327: "Use of a Broken or Risky Cryptographic Algorithm",
    328: "Use of Weak Hash",
    329: "Generation of Predictable IV with CBC Mode",
    330: "Use of Insufficiently Random Values",
    331: "Insufficient Entropy",
    338: "Use of Cryptographically Weak Pseudo-Random Number Generator (PRNG)",
    339: "Small Seed Space in PRNG",
    346: "Origin Validation Error",
    347: "Improper Verification of Cryptographic Signature",
    348: "Use of Less Trusted Source",
    352: "Cross-Site Request Forgery (CSRF)",
    353: "Missing Support for Integrity Check",
    367: "Time-of-check Time-of-use (TOCTOU) Race Condition",
    377: "Insecure Temporary File",
    379: "Creation of Temporary File in Directory with Insecure Permissions",
    385: "Covert Timing Channel",
    400: "Uncontrolled Resource Consumption",
    434: "Unrestricted Upload of File with Dangerous Type",
    451: "User Interface (UI) Misrepresentation of Critical Information",
    470: "Unsafe Reflection",
    489: "Active Debug Code",
    494: "Download of Code Without Integrity Check",
    501: "Trust Boundary Violation",
    502: "Deserialization of Untrusted Data",
    506: "Embedded Malicious Code",
    521: "Weak Password Requirements",
    522: "Insufficiently Protected Credentials",
    547: "Use of Hard-coded, Security-relevant Constants",
    549: "Missing Password Field Masking",
    564: "SQL Injection: Hibernate",
    601: "Open Redirect",
    605: "Multiple Binds to the Same Port",
    611: "Improper Restriction of XML External Entity Reference",
    613: "Insufficient Session Expiration",
    614: "Sensitive Cookie in HTTPS Session Without 'Secure' Attribute",
    639: "Authorization Bypass Through User-Controlled Key",
    641: "Improper Restriction of Names for Files and Other Resources",
    643: "XPath Injection",
    644: "Improper Neutralization of HTTP Headers for Scripting Syntax",
    668: "Exposure of Resource to Wrong Sphere",
    676: "Use of Potentially Dangerous Function",
    681: "Incorrect Conversion between Numeric Types",
    682: "Incorrect Calculation",
    693: "Protection Mechanism Failure",
    703: "Improper Check or Handling of Exceptional Conditions",
    730: "Denial of Service",
    732: "Incorrect Permission Assignment for Critical Resource",
    759: "Use of a One-Way Hash without a Salt",
    760: "Use of a One-Way Hash with a Predictable Salt",
    776: "XML Entity Expansion",
    780: "Use of RSA Algorithm without OAEP",
    798: "Use of Hard-coded Credentials",
    827: "Improper Control of Document Type Definition",
    829: "Inclusion of Functionality from Untrusted Control Sphere",
    835: "Infinite Loop",
    838: "Inappropriate Encoding for Output Context",
    862: "Missing Authorization",
    863: "Incorrect Authorization",
    915: "Improperly Controlled Modification of Dynamically-Determined Object Attributes",
    916: "Use of Password Hash With Insufficient Computational Effort",
    917: "Expression Language Injection",
    918: "Server-Side Request Forgery (SSRF)",
    942: "Permissive Cross-domain Policy with Untrusted Domains",
    943: "Improper Neutralization of Special Elements in Data Query Logic",
    1004: "Sensitive Cookie Without 'HttpOnly' Flag",
    1007: "Insufficient Visual Distinction of Homoglyphs Presented to User",
    1188: "Initialization of a Resource with an Insecure Default",
    1204: "Generation of Weak Initialization Vector (IV)",
    1236: "Improper Neutralization of Formula Elements in a CSV File",
    1275: "Sensitive Cookie with Improper SameSite Attribute",
    1321: "Prototype Pollution",
    1333: "Inefficient Regular Expression Complexity",
    1336: "Improper Neutralization of Special Elements Used in a Template Engine",
}
"""As in the CWE list (https://cwe.mitre.org), the short name where it gives one. CWE is a trademark of MITRE."""

_HARMS = {
    20: "Input that nobody checked decides what the program does.",
    22: "Whoever chooses the path can read or overwrite files outside the intended folder.",
    78: "Whoever controls part of the command line can run commands of their own on the machine.",
    79: "Text from outside becomes part of the page, and its scripts run in the visitor's browser.",
    80: "Text from outside becomes part of the page, and its scripts run in the visitor's browser.",
    89: "Whoever controls part of the query can read, change or delete what the database holds.",
    94: "Whoever controls the text can run code of their own inside the program.",
    259: "Everyone who can read the code has the password, and changing it takes a new release.",
    295: "Somebody on the network path can pose as the server, and read and change all traffic.",
    319: "Everyone on the network path can read what is sent, passwords included.",
    326: "With today's means the key can be found, and what it protects read.",
    327: "The algorithm is broken: what it protects can be read or forged.",
    330: "The values can be guessed, and so can tokens or passwords made from them.",
    377: "Another user of the machine can guess the file's name and replace or read it.",
    400: "A single request can keep the program busy, or waiting, without end.",
    494: "What is loaded can be exchanged on its way, and then runs with the program's rights.",
    502: "Whoever controls the data can run code of their own while it is being loaded.",
    605: "The service listens on every network that the machine is part of.",
    732: "Other users of the machine can read or change the file.",
}


@dataclass(frozen=True, slots=True)
class Weakness:
    """One entry of the CWE list. `harm` says in a sentence what it leads to; empty where we have none."""

    number: int
    name: str
    harm: str

    @property
    def label(self) -> str:
        """Return the usual short form, such as `CWE-78`."""
        return f"CWE-{self.number}"

    @property
    def link(self) -> str:
        """Return the address of its page at MITRE."""
        return f"https://cwe.mitre.org/data/definitions/{self.number}.html"


def weakness(number: int) -> Weakness:
    """Return the weakness with this CWE number. One that we do not know is named by its number."""
    return Weakness(number, _NAMES.get(number, f"CWE-{number}"), _HARMS.get(number, ""))
