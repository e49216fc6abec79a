#!/usr/bin/env bash
# The one command that checks everything that needs no special machine: layout, build, tests.
set -euo pipefail
cd "$(dirname "$0")"

dotnet format pfn-dma.sln --verify-no-changes
dotnet build pfn-dma.sln
dotnet test --no-build
