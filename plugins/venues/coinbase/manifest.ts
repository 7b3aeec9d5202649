// Generated from manifest.json by `sandpit plugin build`. Do not edit.
