"""`--code src/` is read as its project says: aliases, packages, ignored files and owners from above, nothing else."""

from pathlib import Path

import pytest

from orchestration.code_scan.packages import PackageMap, read_package
from tests.unit.code_scan.sources import rows, scan_tree, sequence, write_tree

SHOP = {
    ".git/HEAD": "ref: refs/heads/main\n",
    "tsconfig.json": '{ // names\n "compilerOptions": {"paths": {"@lib/*": ["./src/lib/*"], "@far/*": ["far/*"]}}}',
    "package.json": '{"name": "shop", "main": "dist/index.js", "imports": {"#log": "./src/log.ts"}}',
    ".github/CODEOWNERS": "* @all\n/src/cart/ @cart\n",
    ".gitignore": "src/gen.ts\n*.tmp.ts\n/src/only/\n",
    "far/away.ts": "export const away = () => 1;\n",
    "src/index.ts": "export { go } from '@lib/go';\n",
    "src/cart/h.ts": "import { go } from '@lib/go';\nimport { log } from '#log';\nimport { index } from 'shop';\n"
    "export const handlers = { go, log };\n",
    "src/lib/go.ts": "export const go = () => 1;\n",
    "src/log.ts": "export const log = () => 1;\n",
    "src/gen.ts": "export const generated = 1;\n",
    "src/x.tmp.ts": "export const left = 1;\n",
    "src/only/kept.ts": "export const kept = () => 1;\n",
    "src/cart/play.json": sequence("play", "go", "log"),
}


@pytest.mark.parametrize("is_repository", [True, False])
@pytest.mark.parametrize("folder", ["", "src"])
def test_a_folder_of_a_project_is_read_as_the_whole_is(tmp_path: Path, folder: str, is_repository: bool) -> None:
    files = {name: text for name, text in SHOP.items() if is_repository or name != ".git/HEAD"}
    root = write_tree(tmp_path / "shop", files) / folder
    scan_tree(root, tmp_path)
    up = "src/" if not folder else ""
    handlers = {row["handler_name"]: row["code_file_path"] for row in rows(tmp_path, "handlers")}
    assert handlers == {"go": f"{up}lib/go.ts", "log": f"{up}log.ts"}
    imported = {row["target_file_path"] for row in rows(tmp_path, "code_edges") if row["edge_kind"] == "imports"}
    assert imported >= {f"{up}lib/go.ts", f"{up}log.ts", f"{up}index.ts"}
    read = {row["code_file_path"] for row in rows(tmp_path, "source_files")}
    assert not {path for path in read if "gen.ts" in path or ".tmp" in path or "only" in path}
    assert not {path for path in read if path.startswith("..")}
    assert ("far/away.ts" in read) == (not folder)
    owners = {row["handler_name"]: row["owner_name"] for row in rows(tmp_path, "handler_owners")}
    assert owners == {"go": "@all", "log": "@all"}


def test_owners_are_those_of_the_path_from_the_top(tmp_path: Path) -> None:
    files = SHOP | {"src/cart/h.ts": "export const go = () => 1;\nexport const log = () => 2;\n", "src/lib/go.ts": ""}
    scan_tree(write_tree(tmp_path / "shop", files) / "src", tmp_path)
    assert {row["owner_name"] for row in rows(tmp_path, "handler_owners") if row["handler_name"] == "go"} == {"@cart"}


@pytest.mark.parametrize("folder", ["src/only", "src/only/deep"])
def test_an_ignored_folder_that_is_named_is_read(tmp_path: Path, folder: str) -> None:
    files = SHOP | {"src/only/deep/x.ts": "export const x = () => 1;\n"}
    scan_tree(write_tree(tmp_path / "shop", files) / folder, tmp_path)
    assert rows(tmp_path, "source_files")


def test_what_lies_above_the_project_is_not_looked_at(tmp_path: Path) -> None:
    write_tree(
        tmp_path, {"tsconfig.json": SHOP["tsconfig.json"], ".gitignore": "*.ts\n", "CODEOWNERS": "* @stranger\n"}
    )
    root = write_tree(tmp_path / "shop", {".git/HEAD": "x", "src/a.ts": "export const go = () => 1;\n"})
    scan_tree(write_tree(root / "src", {"play.json": sequence("play", "go")}), tmp_path / "home")
    assert rows(tmp_path / "home", "handlers")[0]["code_file_path"] == "a.ts"
    assert rows(tmp_path / "home", "handler_owners") == []


@pytest.mark.parametrize(
    ("module", "importer", "path"),
    [
        ("#log", "packages/a/src/x.ts", "packages/a/src/log.ts"),
        ("#log", "src/x.ts", None),
        ("#parts/cart", "packages/a/src/x.ts", "packages/a/src/parts/cart.ts"),
        ("#parts/deep/sum.js", "packages/a/src/x.ts", "packages/a/src/parts/deep/sum.ts"),
        ("#built", "packages/a/src/x.ts", "packages/a/src/built.ts"),
        ("#either", "packages/a/src/x.ts", "packages/a/src/log.ts"),
        ("#other", "packages/a/src/x.ts", "packages/b/src/index.ts"),
        ("#itself", "packages/a/src/x.ts", None),
        ("#none", "packages/a/src/x.ts", None),
    ],
)
def test_a_name_of_the_package_itself_means_its_file(module: str, importer: str, path: str | None) -> None:
    own = {
        "name": "a",
        "imports": {
            "#log": "./src/log.ts", "#parts/*.js": "./src/parts/*.ts", "#parts/*": "./src/parts/*.ts",
            "#built": "./dist/built.js", "#either": {"node": "./src/nowhere.ts", "default": "./src/log.ts"},
            "#other": "b", "#itself": "#itself", "not a name": "./src/log.ts",
        },
    }  # fmt: skip
    packages = [read_package(own, "packages/a/package.json"), read_package({"name": "b"}, "packages/b/package.json")]
    files = ["log.ts", "parts/cart.ts", "parts/deep/sum.ts", "built.ts"]
    paths = [*(f"packages/a/src/{name}" for name in files), "packages/b/src/index.ts"]
    assert PackageMap([package for package in packages if package], paths).resolve(module, importer) == path
