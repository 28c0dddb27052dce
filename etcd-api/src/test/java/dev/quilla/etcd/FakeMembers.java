package dev.quilla.etcd;

import dev.quilla.store.Member;
import dev.quilla.store.MemberStatus;
import dev.quilla.store.Members;
import dev.quilla.store.MembershipException;
import dev.quilla.store.MembershipException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Members that only a list knows. */
final class FakeMembers implements Members {

    private final List<Member> list = new ArrayList<>();
    private String leader = "memory";
    private boolean caughtUp = true;

    FakeMembers() {
        list.add(new Member("memory", "memory", "peer:1", "client:2", false));
    }

    /** Whether a learner that is promoted from now on has caught up. */
    void caughtUp(boolean yes) {
        caughtUp = yes;
    }

    String leader() {
        return leader;
    }

    @Override
    public List<Member> all() {
        return List.copyOf(list);
    }

    @Override
    public List<MemberStatus> look() {
        return list.stream().map(m -> new MemberStatus(m, "follower", 1, 1, 1)).toList();
    }

    @Override
    public Member add(String address, boolean learner, Duration patience) {
        if (address.startsWith("nobody")) {
            throw new MembershipException(Reason.NOT_READY, "no member of this store waits there");
        }
        String name = address.substring(0, address.indexOf(':'));
        Member member = new Member(name + "~1", name, address, name + ":2", learner);
        list.add(member);
        return member;
    }

    @Override
    public void promote(String id) {
        if (!caughtUp) {
            throw new MembershipException(Reason.NOT_READY, id + " has not caught up");
        }
        list.replaceAll(m ->
                m.id().equals(id)
                        ? new Member(m.id(), m.name(), m.address(), m.clientAddress(), false)
                        : m);
    }

    @Override
    public Member remove(String id) {
        if (list.size() == 1) {
            throw new MembershipException(Reason.UNSAFE, id + " is the last");
        }
        Member member = list.stream().filter(m -> m.id().equals(id)).findFirst().orElseThrow();
        list.remove(member);
        return member;
    }

    @Override
    public void transfer(String id) {
        leader = id;
    }

    @Override
    public void close() {}
}
