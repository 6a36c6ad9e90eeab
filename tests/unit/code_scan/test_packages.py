"""Which file a module name means: packages, built paths, aliases, spellings."""

import pytest

from orchestration.code_scan.packages import Package, PackageMap
from orchestration.code_scan.path_aliases import read_aliases
from tests.unit.code_scan.sources import link_tree, write_tree

FILES = [
    "packages/a/src/index.ts",
    "packages/a/src/deep/one.ts",
    "packages/a/lib/only-built.js",
    "src/app.ts",
    "src/cart/total.tsx",
    "src/cart/index.ts",
    "tools/run.py",
    "tools/inner/__init__.py",
]
PACKAGE = Package("@x/a", "packages/a", {".": ("./dist/index.js",), "./deep/*": ("./dist/deep/*.js",)}, ())
ALIASES = read_aliases(
    {"compilerOptions": {"baseUrl": ".", "paths": {"@/*": ["src/*"], "cart": ["src/cart"]}}}, "tsconfig.json"
)


@pytest.mark.parametrize(
    ("module", "importer", "path"),
    [
        ("./cart/total", "src/app.ts", "src/cart/total.tsx"),
        ("./cart/total.js", "src/app.ts", "src/cart/total.tsx"),
        ("./cart", "src/app.ts", "src/cart/index.ts"),
        ("../dist/cart", "tests/x.spec.ts", "src/cart/index.ts"),
        ("@x/a", "src/app.ts", "packages/a/src/index.ts"),
        ("@x/a/deep/one", "src/app.ts", "packages/a/src/deep/one.ts"),
        ("@x/a/lib/only-built.js", "src/app.ts", "packages/a/lib/only-built.js"),
        ("@/cart/total", "src/app.ts", "src/cart/total.tsx"),
        ("cart", "packages/a/src/index.ts", "src/cart/index.ts"),
        ("src/app", "src/cart/index.ts", "src/app.ts"),
        (".run", "tools/x.py", "tools/run.py"),
        ("..run", "tools/inner/y.py", "tools/run.py"),
        (".inner", "tools/x.py", "tools/inner/__init__.py"),
        ("react", "src/app.ts", None),
        ("@x/unknown", "src/app.ts", None),
        ("../../../../etc/passwd", "src/app.ts", None),
    ],
)
def test_a_module_name_means_a_file_of_the_tree_or_none(module: str, importer: str, path: str | None) -> None:
    assert PackageMap([PACKAGE], FILES, ALIASES).resolve(module, importer) == path


def test_aliases_are_read_from_a_configuration_with_comments(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("aliases")
    files = {
        "tsconfig.json": '{ // names\n "compilerOptions": { "paths": { "~/*": ["./lib/*"], /* the last */ }, }, }',
        "a.ts": "import { go } from '~/go';\nexport const handlers = { go };\n",
        "lib/go.ts": "export const go = () => 1;\n",
    }
    code = link_tree(write_tree(home / "code", files), home / "lake")
    place = code.local("a.ts", "handlers.go")
    assert place is not None
    assert place.path == "lib/go.ts"
