<?php
// ruleid: php-weak-random-secret
$resetToken = uniqid();
// ruleid: php-weak-random-secret
$otp = rand(100000, 999999);
// ruleid: php-weak-random-secret
$_SESSION['csrf_token'] = sha1(mt_rand());
// ruleid: php-weak-random-secret
$password = substr(str_shuffle($alphabet), 0, 8);
// ok: php-weak-random-secret
$otp = random_int(100000, 999999);
// ok: php-weak-random-secret
$color = rand(0, 255);
// ok: php-weak-random-secret
$token = bin2hex(random_bytes(16));
