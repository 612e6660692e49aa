<?php
// ruleid: php-predictable-token
$token = md5(uniqid());
// ruleid: php-predictable-token
$token = md5(uniqid(rand(), true));
// ruleid: php-predictable-token
$key = md5(time() . mt_rand());
// ok: php-predictable-token
$token = bin2hex(random_bytes(16));
// ok: php-predictable-token
$etag = md5($content);
// ok: php-predictable-token
$id = uniqid('row');
