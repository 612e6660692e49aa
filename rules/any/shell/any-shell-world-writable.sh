# ruleid: any-shell-world-writable
chmod 777 /srv/app
# ruleid: any-shell-world-writable
chmod -R a+rwx "$folder"
# ok: any-shell-world-writable
chmod 755 /srv/app
# ok: any-shell-world-writable
chmod u+w notes.txt
