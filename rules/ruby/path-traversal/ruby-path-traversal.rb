class FilesController < ApplicationController
  def show
    # ruleid: ruby-path-traversal
    send_file("/srv/files/#{params[:name]}")
    name = params[:name]
    # ruleid: ruby-path-traversal
    text = File.read(Rails.root.join("docs", name))
    # ruleid: ruby-path-traversal
    File.open("uploads/" + params[:file], "wb")

    # ok: ruby-path-traversal
    send_file(File.join("/srv/files", File.basename(params[:name])))
    path = File.expand_path(params[:name], "/srv/files")
    raise "outside" unless path.start_with?("/srv/files/")
    # ok: ruby-path-traversal
    send_file(path)
    # ok: ruby-path-traversal
    File.read("/srv/docs/#{params[:id].to_i}.md")
    # ok: ruby-path-traversal
    File.write("/srv/note.txt", params[:text])
  end
end
