module SearchHelper
  def heading
    # ruleid: ruby-xss
    "<h1>#{params[:q]}</h1>".html_safe
  end

  def note
    text = params[:note]
    # ruleid: ruby-xss
    raw("<p>" + text + "</p>")
  end

  def quiet
    # ok: ruby-xss
    content_tag(:h1, params[:q])
    # ok: ruby-xss
    "<h1>#{h(params[:q])}</h1>".html_safe
    # ok: ruby-xss
    raw(sanitize(params[:note]))
    # ok: ruby-xss
    "<br>".html_safe
  end
end
