<?php
// ruleid: php-world-writable
chmod($path, 0755);
// ruleid: php-world-writable
mkdir('/srv/cache', 0755, true);
// ok: php-world-writable
chmod($path, 0644);
// ok: php-world-writable
mkdir('/srv/cache', 0750);
