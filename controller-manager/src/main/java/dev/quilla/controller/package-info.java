/**
 * Controllers: each compares what is wanted with what is, and takes the next step. Written against
 * informers and a client, as any operator is.
 */
@NullMarked
package dev.quilla.controller;

import org.jspecify.annotations.NullMarked;
