<?php
// ruleid: php-weak-cipher
$cipher = openssl_encrypt($data, 'des-ede3-cbc', $key, 0, $iv);
// ruleid: php-weak-cipher
$cipher = openssl_encrypt($data, 'AES-128-ECB', $key);
// ruleid: php-weak-cipher
$cipher = mcrypt_encrypt(MCRYPT_RIJNDAEL_128, $key, $data, MCRYPT_MODE_CBC, $iv);
// ok: php-weak-cipher
$cipher = openssl_encrypt($data, 'aes-256-gcm', $key, 0, $iv, $tag);
// ok: php-weak-cipher
$cipher = openssl_encrypt($data, $cipher, $key, 0, $iv);
