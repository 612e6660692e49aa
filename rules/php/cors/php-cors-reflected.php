<?php
// ruleid: php-cors-reflected
header('Access-Control-Allow-Origin: ' . $_SERVER['HTTP_ORIGIN']);
// ruleid: php-cors-reflected
header("Access-Control-Allow-Origin: {$_SERVER['HTTP_ORIGIN']}");
// ok: php-cors-reflected
header('Access-Control-Allow-Origin: https://shop.example.com');
$origin = $_SERVER['HTTP_ORIGIN'];
if (in_array($origin, $allowed, true)) {
    // ok: php-cors-reflected
    header('Access-Control-Allow-Origin: ' . $origin);
}
