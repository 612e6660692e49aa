class FeedsController < ApplicationController
  def show
    # ruleid: ruby-ssrf
    Net::HTTP.get(URI(params[:url]))
    # ruleid: ruby-ssrf
    HTTParty.get("http://#{params[:host]}/status")
    url = params[:image]
    # ruleid: ruby-ssrf
    image = URI.open(url)

    # ok: ruby-ssrf
    HTTParty.get("https://api.example.com/find?q=#{CGI.escape(params[:q])}")
    # ok: ruby-ssrf
    Net::HTTP.get(URI("https://api.example.com/rates"))
    host = params[:host]
    # ok: ruby-ssrf
    HTTParty.get("https://#{host}/status") if ALLOWED_HOSTS.include?(host)
  end
end
