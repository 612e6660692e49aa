<?php
// ruleid: php-weak-password-hash
$hash = md5($password);
// ruleid: php-weak-password-hash
$hash = sha1($_POST['password']);
// ruleid: php-weak-password-hash
$hash = hash('sha256', $salt . $this->password);
// ruleid: php-weak-password-hash
$hash = md5($passwd . 'shop');
// ok: php-weak-password-hash
$hash = password_hash($password, PASSWORD_DEFAULT);
// ok: php-weak-password-hash
$etag = md5($content);
// ok: php-weak-password-hash
$key = sha1($path);
