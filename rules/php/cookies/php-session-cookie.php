<?php
// ruleid: php-session-cookie
setcookie('session_id', $id);
// ruleid: php-session-cookie
setcookie('remember_token', $token, time() + 3600, '/');
// ruleid: php-session-cookie
setcookie('auth', $token, 0, '/', '', true, false);
// ok: php-session-cookie
setcookie('auth', $token, ['secure' => true, 'httponly' => true]);
// ok: php-session-cookie
setcookie('auth', $token, 0, '/', '', true, true);
// ok: php-session-cookie
setcookie('session_id', '', time() - 3600);
// ok: php-session-cookie
setcookie('language', 'en');
