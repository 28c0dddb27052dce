package dev.quilla.etcd;

import java.nio.file.Path;

/** A client's files in PEM form. */
public record ClientTls(Path key, Path chain, Path ca) {}
