# ruleid: ruby-tls-verify-false
HTTParty.get(url, verify: true)
# ruleid: ruby-tls-verify-false
Faraday.new(url: url, ssl: { verify: true })
# ok: ruby-tls-verify-false
HTTParty.get(url, verify: true)
# ok: ruby-tls-verify-false
Faraday.new(url: url)
# ok: ruby-tls-verify-false
record.save(validate: false)
