From mathcomp Require Import all_ssreflect all_algebra.
From Coq Require Import Ring.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* Identities between polynomials with integer coefficients, proved by Coq's own tactic ring.   *)
(* The formulas of formulas.v are such polynomials in q, r, s, ... *)

Definition int_add (x y : int) : int := x + y.
Definition int_mul (x y : int) : int := x * y.
Definition int_opp (x : int) : int := - x.

Lemma int_ring_theory :
  @ring_theory int 0 1 int_add int_mul (fun x y => int_add x (int_opp y)) int_opp eq.
Proof.
split=> *; rewrite /int_add /int_mul /int_opp ?add0r ?addrA ?mul1r ?mulrA ?mulrDl ?subrr //.
- exact: addrC.
- exact: mulrC.
Qed.

Add Ring int_Ring : int_ring_theory.

(* The operations are written as those above, whatever structure on int they were taken from.   *)
Ltac int_ring :=
  rewrite ?expr2;
  match goal with |- @eq _ ?x ?y => change (@eq int x y) end;
  repeat match goal with |- context [@GRing.add ?R ?x ?y] =>
    change (@GRing.add R x y) with (int_add x y) end;
  repeat match goal with |- context [@GRing.mul ?R ?x ?y] =>
    change (@GRing.mul R x y) with (int_mul x y) end;
  repeat match goal with |- context [@GRing.opp ?R ?x] =>
    change (@GRing.opp R x) with (int_opp x) end;
  change (Posz 2) with (int_add 1 1); change (Posz 1) with (1 : int);
  change (Posz 0) with (0 : int);
  ring.
