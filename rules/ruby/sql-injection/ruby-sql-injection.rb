class UsersController < ApplicationController
  def index
    # ruleid: ruby-sql-injection
    User.where("name = '#{params[:name]}'")
    name = params[:name]
    # ruleid: ruby-sql-injection
    User.where("name = '" + name + "'").first
    # ruleid: ruby-sql-injection
    ActiveRecord::Base.connection.execute("DELETE FROM carts WHERE id = #{params[:id]}")
    # ruleid: ruby-sql-injection
    User.find_by_sql("SELECT * FROM users WHERE email LIKE '%#{params[:q]}%'")
    # ruleid: ruby-sql-injection
    User.order("#{params[:sort]} DESC")

    # ok: ruby-sql-injection
    User.where("name = ?", params[:name])
    # ok: ruby-sql-injection
    User.where(name: params[:name])
    # ok: ruby-sql-injection
    User.where("name = #{connection.quote(params[:name])}")
    # ok: ruby-sql-injection
    User.where("id = #{params[:id].to_i}")
    # ok: ruby-sql-injection
    User.where(id: params[:id]).order(:name)
    sort = params[:sort]
    sort = "name" unless %w[name price].include?(sort)
    # ok: ruby-sql-injection
    User.order("#{sort} DESC")
  end
end
