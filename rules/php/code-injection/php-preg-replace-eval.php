<?php
// ruleid: php-preg-replace-eval
$text = preg_replace('/\[b\](.*?)\[\/b\]/e', 'strtoupper("$1")', $text);
// ruleid: php-preg-replace-eval
$text = preg_replace('#<h>(.*)</h>#ie', 'strtoupper("$1")', $text);
// ok: php-preg-replace-eval
$text = preg_replace('/\s+e/', ' ', $text);
// ok: php-preg-replace-eval
$text = preg_replace('/price/i', 'cost', $text);
// ok: php-preg-replace-eval
$text = preg_replace_callback('/\[b\](.*?)\[\/b\]/', fn ($m) => strtoupper($m[1]), $text);
