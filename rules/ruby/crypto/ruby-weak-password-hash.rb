# ruleid: ruby-weak-password-hash
hash = Digest::MD5.hexdigest(password)
# ruleid: ruby-weak-password-hash
hash = Digest::SHA256.hexdigest(salt + params[:password])
# ruleid: ruby-weak-password-hash
hash = Digest::SHA1.hexdigest("#{salt}#{password}")
# ok: ruby-weak-password-hash
hash = BCrypt::Password.create(password)
# ok: ruby-weak-password-hash
etag = Digest::MD5.hexdigest(body)
