<?php
function save($request)
{
    // ruleid: php-upload-name
    move_uploaded_file($_FILES['photo']['tmp_name'], 'uploads/' . $_FILES['photo']['name']);
    $target = __DIR__ . '/uploads/' . basename($_FILES['photo']['name']);
    // ruleid: php-upload-name
    move_uploaded_file($_FILES['photo']['tmp_name'], $target);
    $file = $request->file('photo');
    // ruleid: php-upload-name
    $file->move(public_path('photos'), $file->getClientOriginalName());
}

function checked()
{
    $extension = strtolower(pathinfo($_FILES['photo']['name'], PATHINFO_EXTENSION));
    if (!in_array($extension, ['jpg', 'png'], true)) {
        exit('not a picture');
    }
    // ok: php-upload-name
    move_uploaded_file($_FILES['photo']['tmp_name'], 'uploads/' . $_FILES['photo']['name']);
}

function renamed()
{
    // ok: php-upload-name
    move_uploaded_file($_FILES['photo']['tmp_name'], 'uploads/' . bin2hex(random_bytes(16)) . '.jpg');
}
