From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import chain loss hessian.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The bilinear form against a direction supported on single_layer layer k.            *)
Section OneLayer.
Variables (R : comRingType) (M : nat -> nat) (W : forall i, 'M[R]_(M i.+1, M i)).
Variable U : forall i, 'M[R]_(M i.+1, M i).

Definition single_layer k (A : 'M[R]_(M k.+1, M k)) (i : nat) : 'M[R]_(M i.+1, M i) :=
  match @eqP _ k i with
  | ReflectT e => let: erefl := e in A
  | ReflectF _ => 0
  end.

Lemma single_layer_eq k A : @single_layer k A k = A.
Proof. by rewrite /single_layer; case: eqP => // e; rewrite (eq_axiomK e). Qed.

Lemma single_layer_neq k A i : k != i -> @single_layer k A i = 0.
Proof. by rewrite /single_layer; case: eqP. Qed.

Variables (k : nat) (A : 'M[R]_(M k.+1, M k)).
Notation V := (single_layer A).

Lemma d_chain_single_layer0 j : (j <= k)%N -> d_chain W V 0 j = 0.
Proof.
elim: j => // j IH jk; rewrite d_chain_S // single_layer_neq ?gtn_eqF // mul0mx add0r.
by rewrite IH ?mulmx0 // ltnW.
Qed.

Lemma d_chain_single_layer1 l : (k < l)%N -> d_chain W V 0 l = chain W k.+1 l *m A *m chain W 0 k.
Proof.
elim: l => // l IH; rewrite ltnS leq_eqVlt => /orP[/eqP <-|kl].
  by rewrite d_chain_S // single_layer_eq d_chain_single_layer0 // mulmx0 addr0 chain_id mul1mx.
rewrite d_chain_S // single_layer_neq ?ltn_eqF // mul0mx add0r IH // !mulmxA.
by rewrite -chain_S.
Qed.

Lemma d2_chain_single_layer0 j : (j <= k)%N -> d2_chain W U V 0 j = 0.
Proof.
elim: j => // j IH jk; rewrite d2_chain_S // single_layer_neq ?gtn_eqF // mul0mx addr0.
by rewrite d_chain_single_layer0 ?(ltnW jk) // mulmx0 add0r IH ?mulmx0 // ltnW.
Qed.

Lemma d2_chain_single_layer1 l : (k < l)%N ->
  d2_chain W U V 0 l = d_chain W U k.+1 l *m A *m chain W 0 k + chain W k.+1 l *m A *m d_chain W U 0 k.
Proof.
elim: l => // l IH; rewrite ltnS leq_eqVlt => /orP[/eqP <-|kl].
  rewrite d2_chain_S // single_layer_eq d2_chain_single_layer0 // d_chain_single_layer0 // !mulmx0 addr0 add0r.
  by rewrite d_chain_id chain_id !mul0mx add0r mul1mx.
rewrite d2_chain_S // single_layer_neq ?ltn_eqF // mul0mx addr0 d_chain_single_layer1 // IH // mulmxDr.
by rewrite d_chain_S // chain_S // !mulmxDl !mulmxA addrA.
Qed.
End OneLayer.

Lemma trace0 (R : comRingType) a b (E : 'M[R]_(a, b)) :
  (forall A : 'M_(b, a), \tr (E *m A) = 0) -> E = 0.
Proof.
move=> E0; apply/matrixP => i j; rewrite mxE -[RHS](E0 (delta_mx j i)).
rewrite /mxtrace (bigD1 i) //= mxE (bigD1 j) //= big1 => [|x xj]; last first.
  by rewrite mxE (negbTE xj) mulr0.
rewrite mxE !eqxx mulr1 addr0 big1 ?addr0 // => x xi.
by rewrite mxE big1 // => y _; rewrite mxE (negbTE xi) andbF mulr0.
Qed.

(* The equations of the kernel, for arbitrary data. *)
Section KernelEqX.
Variables (R : comRingType) (M : nat -> nat) (W U : forall i, 'M[R]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[R]_(M 0%N, N)) (Y : 'M[R]_(M L, N)).
Notation chain := (chain W).
Notation d_chain := (d_chain W U).
Let G := X *m (residual X Y W)^T.
Let Q := X *m X^T *m (d_chain 0 L)^T.
Hypothesis ker : forall V, hessian_form W X Y U V = 0.

Definition EqX k :=
  chain 0 k *m Q *m chain k.+1 L + chain 0 k *m G *m d_chain k.+1 L + d_chain 0 k *m G *m chain k.+1 L.

Lemma kernel_eqX k : (k < L)%N -> EqX k = 0.
Proof.
move=> kL; apply: trace0 => A; rewrite -[RHS](ker (single_layer A)) /hessian_form.
rewrite d_chain_single_layer1 // d2_chain_single_layer1 // -/G trmx_mul.
rewrite [in RHS]mulmxA [X in _ = X + _]mxtrace_mulC ![in X in _ = X + _]mulmxA -/Q.
rewrite /EqX !mulmxDl !mulmxDr !mxtraceD addrA.
by congr (_ + _ + _); rewrite !mulmxA [RHS]mxtrace_mulC !mulmxA.
Qed.

Lemma kernel_stepX k : (k.+1 < L)%N ->
  chain 0 k.+1 *m G *m chain k.+2 L *m U k.+1 = U k *m (chain 0 k *m G *m chain k.+1 L).
Proof.
move=> kL; have e1 : W k *m EqX k = EqX k.+1 *m W k.+1.
  by rewrite !kernel_eqX ?mulmx0 ?mul0mx // ltnW.
have dE : d_chain k.+1 L = d_chain k.+2 L *m W k.+1 + chain k.+2 L *m U k.+1.
  by rewrite (d_chain_comp W U (leqnSn k.+1) kL) chain_1 d_chain_S // d_chain_id chain_id mulmx1 mulmx0 addr0.
have PE : chain k.+1 L = chain k.+2 L *m W k.+1.
  by rewrite (chain_comp W (leqnSn k.+1) kL) chain_1.
move: e1; rewrite /EqX dE PE (d_chain_S W U (leq0n k)) (chain_S W (leq0n k)).
move: (Q) (G) => Q' G'; rewrite !(mulmxDl, mulmxDr) !mulmxA.
by rewrite -!addrA => /addrI /addrI; rewrite addrC [RHS]addrC => /addrI.
Qed.
End KernelEqX.
