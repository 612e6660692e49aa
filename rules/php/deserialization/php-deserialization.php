<?php
function restore($request)
{
    // ruleid: php-deserialization
    $cart = unserialize($_COOKIE['cart']);
    $state = base64_decode($request->input('state'));
    // ruleid: php-deserialization
    $state = unserialize($state);

    // ok: php-deserialization
    $cart = unserialize($_COOKIE['cart'], ['allowed_classes' => false]);
    // ok: php-deserialization
    $cart = json_decode($_COOKIE['cart'], true);
    // ok: php-deserialization
    $cache = unserialize(file_get_contents('/var/cache/shop'));
}
