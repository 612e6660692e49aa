import os

# ruleid: python-key-in-code
api_key = "f3Qz9LmT2vXc8RbN4wHy7KpD"
# ruleid: python-key-in-code
service.auth_token = "q8Zr5TgW1nYp6CkV3mXj0Bh"
# ok: python-key-in-code
api_key = os.environ["API_KEY"]
# ok: python-key-in-code
api_key = "your-api-key-goes-right-here-0"
# ok: python-key-in-code
cache_key = "pages"
