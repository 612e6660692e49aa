class ReportsController < ApplicationController
  def show
    # ruleid: ruby-code-injection
    eval(params[:formula])
    template = "Hello #{params[:name]}"
    # ruleid: ruby-code-injection
    ERB.new(template).result
    # ruleid: ruby-code-injection
    render inline: "<p>#{params[:text]}</p>"

    # ok: ruby-code-injection
    eval("1 + 1")
    # ok: ruby-code-injection
    ERB.new(File.read("hello.erb")).result_with_hash(name: params[:name])
    # ok: ruby-code-injection
    render "show", locals: { text: params[:text] }
  end
end
