class CartsController < ApplicationController
  def show
    # ruleid: ruby-deserialization
    cart = Marshal.load(Base64.decode64(cookies[:cart]))
    data = params[:data]
    # ruleid: ruby-deserialization
    settings = YAML.load(data)

    # ok: ruby-deserialization
    settings = YAML.safe_load(params[:data])
    # ok: ruby-deserialization
    cart = JSON.parse(cookies[:cart])
    # ok: ruby-deserialization
    cache = Marshal.load(File.binread("/var/cache/shop"))
  end
end
