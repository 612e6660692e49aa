<?php
$document = new DOMDocument();
// ruleid: php-xxe
$document->loadXML($text, LIBXML_NONET);
// ruleid: php-xxe
$order = simplexml_load_string($text, 'SimpleXMLElement', LIBXML_NONET);
// ruleid: php-xxe
$order = new SimpleXMLElement($text, LIBXML_NONET | LIBXML_NOCDATA);
// ok: php-xxe
$document->loadXML($text, LIBXML_NONET);
// ok: php-xxe
$order = simplexml_load_string($text);
// ok: php-xxe
echo LIBXML_NOENT;
