/** Of the HTML report: the web app's colours, on white. */
export const htmlStyle = `
:root { color-scheme: light; }
body { font: 16px/1.55 system-ui, sans-serif; color: #1b1f24; max-width: 46rem; margin: 2.5rem auto; padding: 0 1.25rem; }
a { color: #0b7285; }
h1 { font-size: 1.9rem; line-height: 1.2; margin-bottom: .4rem; }
h2 { font-size: 1.35rem; margin-top: 3.4rem; padding-top: 1.2rem; border-top: 1px solid #e3e6ea; }
h3 { font-size: 1rem; margin: 1.6rem 0 .3rem; }
figure { margin: 1.8rem 0; }
figure svg { box-sizing: border-box; display: block; width: 100%; min-width: 34rem; height: auto; border: 1px solid #e3e6ea; border-radius: 6px; }
figcaption, .rule, .about { color: #57606a; font-size: .9rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .9rem; }
caption { text-align: left; font-weight: 600; padding: .8rem 0 .3rem; }
th, td { text-align: left; padding: .32rem .6rem .32rem 0; border-bottom: 1px solid #e3e6ea; vertical-align: top; }
.scroll { overflow-x: auto; }
.verdict { border-left: 4px solid #57606a; padding: .6rem .9rem; margin: 1rem 0; background: #f6f8fa; border-radius: 0 6px 6px 0; }
.verdict p { margin: 0 0 .3rem; }
.holds { border-color: #12b886; } .does-not-hold { border-color: #f76707; } .unclear { border-color: #868e96; }
.outcome { display: inline-block; margin-right: .3rem; padding: 0 .5rem; border-radius: 1rem; background: #495057; color: #fff; font-size: .78rem; font-weight: 600; white-space: nowrap; }
.outcome.holds { background: #087f5b; } .outcome.does-not-hold { background: #b34700; }
details { margin: .4rem 0; font-size: .9rem; }
pre { background: #f6f8fa; padding: .8rem; overflow-x: auto; font-size: .82rem; border-radius: 6px; }
@media print { h2 { break-before: page; } figure, .verdict { break-inside: avoid; } figure svg { min-width: 0; } }
`;
