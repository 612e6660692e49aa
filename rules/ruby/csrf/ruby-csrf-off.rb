class HooksController < ApplicationController
  # ruleid: ruby-csrf-off
  skip_before_action :verify_authenticity_token
end

class OrdersController < ApplicationController
  # ruleid: ruby-csrf-off
  skip_forgery_protection
end

class PagesController < ApplicationController
  # ok: ruby-csrf-off
  protect_from_forgery with: :exception
  # ok: ruby-csrf-off
  skip_before_action :require_login
end
