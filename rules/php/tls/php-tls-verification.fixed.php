<?php
// ruleid: php-tls-verification
curl_setopt($ch, CURLOPT_SSL_VERIFYPEER, true);
// ruleid: php-tls-verification
curl_setopt_array($ch, [CURLOPT_RETURNTRANSFER => true, CURLOPT_SSL_VERIFYPEER => true]);
// ruleid: php-tls-verification
$context = stream_context_create(['ssl' => ['verify_peer' => true]]);
// ruleid: php-tls-verification
$client = new \GuzzleHttp\Client(['verify' => true]);
// ok: php-tls-verification
curl_setopt($ch, CURLOPT_SSL_VERIFYPEER, true);
// ok: php-tls-verification
curl_setopt($ch, CURLOPT_RETURNTRANSFER, false);
// ok: php-tls-verification
$form = ['verify' => false];
