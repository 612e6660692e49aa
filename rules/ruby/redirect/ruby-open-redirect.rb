class SessionsController < ApplicationController
  def create
    # ruleid: ruby-open-redirect
    redirect_to params[:next]
    target = params[:return_to] || root_path
    # ruleid: ruby-open-redirect
    redirect_to(target, notice: "Welcome")

    # ok: ruby-open-redirect
    redirect_to url_from(params[:next]) || root_path
    # ok: ruby-open-redirect
    redirect_to order_path(params[:id])
    # ok: ruby-open-redirect
    redirect_to "/orders/#{params[:id]}"
    # ok: ruby-open-redirect
    redirect_to Order.find(params[:id])
    # ok: ruby-open-redirect
    redirect_to action: :show, id: params[:id]
  end
end
