class User < ApplicationRecord
  def self.named(name)
    # ok: ruby-sql-injection-parameter
    where("name = '#{name}'")
    # ruleid: ruby-sql-injection-parameter
    User.where("name = '#{name}'")
  end

  def remove(table, id)
    # ruleid: ruby-sql-injection-parameter
    connection.execute("DELETE FROM #{table} WHERE id = " + id)
  end

  def self.by_email(email)
    # ok: ruby-sql-injection-parameter
    User.where("email = ?", email)
    # ok: ruby-sql-injection-parameter
    User.where("id = #{email.to_i}")
  end

  def self.near(latitude, longitude)
    # ruleid: ruby-sql-injection-parameter
    all(:conditions => "ST_Within(place, 'POINT(#{longitude} #{latitude})')")
    # ok: ruby-sql-injection-parameter
    all(:conditions => ["latitude = ? and longitude = ?", latitude, longitude])
  end
end
