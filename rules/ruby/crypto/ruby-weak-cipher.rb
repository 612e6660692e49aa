# ruleid: ruby-weak-cipher
cipher = OpenSSL::Cipher.new("des-ede3-cbc")
# ruleid: ruby-weak-cipher
cipher = OpenSSL::Cipher.new('AES-128-ECB')
# ok: ruby-weak-cipher
cipher = OpenSSL::Cipher.new("aes-256-gcm")
# ok: ruby-weak-cipher
cipher = OpenSSL::Cipher.new(name)
