import ssl

import urllib3

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
# ruleid: python-tls-certificate-optional
context.verify_mode = ssl.CERT_REQUIRED
# ruleid: python-tls-certificate-optional
pool = urllib3.PoolManager(cert_reqs=ssl.CERT_REQUIRED)

# ok: python-tls-certificate-optional
context.verify_mode = ssl.CERT_REQUIRED
# ok: python-tls-certificate-optional
pool = urllib3.PoolManager(cert_reqs="CERT_REQUIRED", ca_certs="ca.pem")

bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
bare.check_hostname = False
# ok: python-tls-certificate-optional
bare.verify_mode = ssl.CERT_NONE
