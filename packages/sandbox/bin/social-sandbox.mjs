#!/usr/bin/env node
// The program of this package. It is here before a build is, so that npm can link it.
import '../dist/main.js';
