# ruleid: ruby-hardcoded-secret
db_password = "k8Vw2nQz"
# ruleid: ruby-hardcoded-secret
config.secret_key_base = 'f3a1c97be0d24'
# ruleid: ruby-hardcoded-secret
token = JWT.encode(payload, "k8Vw2nQz", "HS256")
# ok: ruby-hardcoded-secret
db_password = ENV.fetch("DB_PASSWORD")
# ok: ruby-hardcoded-secret
password = "your_password_here"
# ok: ruby-hardcoded-secret
password = ""
# ok: ruby-hardcoded-secret
token = JWT.encode(payload, Rails.application.secret_key_base)
