# ruleid: any-shell-pipe-download
curl -fsSL https://example.com/install.sh | sh
# ruleid: any-shell-pipe-download
wget -qO- https://example.com/setup | sudo bash
# ok: any-shell-pipe-download
curl -fsSL https://example.com/install.sh -o install.sh
# ok: any-shell-pipe-download
curl -s https://example.com/data.json | jq .name
# ok: any-shell-pipe-download
curl -s https://example.com/list | shuf
