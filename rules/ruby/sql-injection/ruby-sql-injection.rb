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
    # ruleid: ruby-sql-injection
    Comment.find(:all, :conditions => "post_id = #{params[:id]}")
    # ok: ruby-sql-injection
    Comment.find(:all, :conditions => ["post_id = ?", params[:id]])
    id = params[:id] || params[:post_id]
    # ruleid: ruby-sql-injection
    Post.exists?(id)
    # ok: ruby-sql-injection
    Post.exists?(id: id)
    # ok: ruby-sql-injection
    Post.exists?(id.to_i)
    # ok: ruby-sql-injection
    Post.find(id)
    direction = params[:direction]
    if direction == "ASC"
      # ok: ruby-sql-injection
      User.order("name #{direction}")
    end
    conditions = "published = 1"
    # ruleid: ruby-sql-injection
    conditions += " AND title LIKE '%#{params[:title]}%'"
    # ok: ruby-sql-injection
    conditions += " AND author_id = #{params[:author].to_i}"
    # ok: ruby-sql-injection
    heading += " and so on, #{params[:title]}"
  end
end
