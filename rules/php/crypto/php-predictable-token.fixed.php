<?php
// ruleid: php-predictable-token
$token = bin2hex(random_bytes(16));
// ruleid: php-predictable-token
$token = bin2hex(random_bytes(16));
// ruleid: php-predictable-token
$key = bin2hex(random_bytes(16));
// ok: php-predictable-token
$token = bin2hex(random_bytes(16));
// ok: php-predictable-token
$etag = md5($content);
// ok: php-predictable-token
$id = uniqid('row');
