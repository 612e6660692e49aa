<?php
function download($request)
{
    // ruleid: php-path-traversal
    readfile('/srv/files/' . $_GET['file']);
    $name = $_POST['name'];
    // ruleid: php-path-traversal
    file_put_contents("uploads/$name", $data);
    // ruleid: php-path-traversal
    unlink($base . '/' . $name);
    // ruleid: php-path-traversal
    return response()->download(storage_path($request->input('file')));
}

function checked()
{
    // ok: php-path-traversal
    readfile('/srv/files/' . basename($_GET['file']));
    $path = realpath('/srv/files/' . $_GET['file']);
    if ($path === false || !str_starts_with($path, '/srv/files/')) {
        exit;
    }
    // ok: php-path-traversal
    readfile($path);
    // ok: php-path-traversal
    file_put_contents('/srv/log.txt', $_POST['message']);
    $id = (int) $_GET['id'];
    // ok: php-path-traversal
    readfile("/srv/invoices/$id.pdf");
    // ok: php-path-traversal
    echo file_get_contents($_FILES['photo']['tmp_name']);
}
