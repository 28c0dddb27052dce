package dev.quilla.etcd;

import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;

/** Fields that etcd has and the protocol classes in use do not. */
final class Extras {

    private Extras() {}

    /** A number or truth value of a message; 0 where it has none. */
    static long number(Message message, int field) {
        UnknownFieldSet.Field found = message.getUnknownFields().getField(field);
        return found.getVarintList().isEmpty() ? 0 : found.getVarintList().getLast();
    }
}
