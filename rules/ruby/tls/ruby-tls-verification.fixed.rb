# ruleid: ruby-tls-verification
http.verify_mode = OpenSSL::SSL::VERIFY_PEER
# ruleid: ruby-tls-verification
URI.open(url, ssl_verify_mode: OpenSSL::SSL::VERIFY_PEER)
# ok: ruby-tls-verification
http.verify_mode = OpenSSL::SSL::VERIFY_PEER
# ok: ruby-tls-verification
http.use_ssl = true
