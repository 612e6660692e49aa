class ImagesController < ApplicationController
  def create
    # ruleid: ruby-command-injection
    system("convert #{params[:file]} out.png")
    name = params[:name]
    # ruleid: ruby-command-injection
    listing = `ls #{name}`
    # ruleid: ruby-command-injection
    Open3.capture3("grep " + params[:q] + " /srv/log")
    # ruleid: ruby-command-injection
    IO.popen("tar cf - #{name}")

    # ok: ruby-command-injection
    system("convert", params[:file], "out.png")
    # ok: ruby-command-injection
    system("convert #{Shellwords.escape(params[:file])} out.png")
    # ok: ruby-command-injection
    listing = `ls -n #{params[:count].to_i}`
    action = params[:task]
    return head(:bad_request) unless %w[start stop].include?(action)
    # ok: ruby-command-injection
    system("service shop #{action}")
    # ok: ruby-command-injection
    system("uptime")
  end
end
