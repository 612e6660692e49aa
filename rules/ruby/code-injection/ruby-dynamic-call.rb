class ItemsController < ApplicationController
  def index
    # ruleid: ruby-dynamic-call
    item.send(params[:do])
    # ruleid: ruby-dynamic-call
    model = params[:type].classify.constantize
    # ruleid: ruby-dynamic-call
    Object.const_get(params[:class]).new

    # ok: ruby-dynamic-call
    item.send(:archive, params[:reason])
    # ok: ruby-dynamic-call
    "Item".constantize
    name = params[:do]
    # ok: ruby-dynamic-call
    item.public_send(name) if %w[archive restore].include?(name)
  end
end
