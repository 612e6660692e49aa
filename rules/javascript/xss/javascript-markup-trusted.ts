class SearchPage {
  constructor(private sanitizer: DomSanitizer, private route: ActivatedRoute) {}

  show(): void {
    const term: string = this.route.snapshot.queryParams.q;
    // ruleid: javascript-markup-trusted
    this.found = this.sanitizer.bypassSecurityTrustHtml(term);
    // ruleid: javascript-markup-trusted
    this.frame = this.sanitizer.bypassSecurityTrustResourceUrl("https://video.example/" + term);
    // ok: javascript-markup-trusted
    this.title = term;
    // ok: javascript-markup-trusted
    this.logo = this.sanitizer.bypassSecurityTrustHtml("<b>Shop</b>");
    // ok: javascript-markup-trusted
    this.text = this.sanitizer.bypassSecurityTrustHtml(DOMPurify.sanitize(term));
  }
}

function dialog($sce: Sce, scope: Scope, params: Params): void {
  // ruleid: javascript-markup-trusted
  scope.body = $sce.trustAsHtml(params.body);
  // ok: javascript-markup-trusted
  scope.body = params.body;
}
