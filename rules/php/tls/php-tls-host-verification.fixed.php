<?php
// ruleid: php-tls-host-verification
curl_setopt($ch, CURLOPT_SSL_VERIFYHOST, 2);
// ruleid: php-tls-host-verification
curl_setopt_array($ch, [CURLOPT_SSL_VERIFYHOST => 2]);
// ok: php-tls-host-verification
curl_setopt($ch, CURLOPT_SSL_VERIFYHOST, 2);
// ok: php-tls-host-verification
curl_setopt($ch, CURLOPT_TIMEOUT, 0);
