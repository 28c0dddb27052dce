package dev.quilla.controller;

/** The process that wrote is no more. */
public final class Death extends RuntimeException {

    private static final long serialVersionUID = 1L;
}
