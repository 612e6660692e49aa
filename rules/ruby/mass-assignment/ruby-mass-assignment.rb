class UsersController < ApplicationController
  def create
    # ruleid: ruby-mass-assignment
    User.create(params[:user].permit!)
    # ruleid: ruby-mass-assignment
    User.create(params.require(:user).permit!)
    # ok: ruby-mass-assignment
    User.create(params.require(:user).permit(:name, :email))
    # ok: ruby-mass-assignment
    User.create(name: params[:name])
  end
end
