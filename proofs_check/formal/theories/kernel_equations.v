From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import chain loss hessian.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The equations of the kernel.  A direction U is in the kernel of the loss Hessian if and *)
(* only if for every layer k *)
(*   chain 0 k *m T *m chain k.+1 L + chain 0 k *m G *m d_chain U k.+1 L *)
(*     + d_chain U 0 k *m G *m chain k.+1 L = 0,        T = X X^T (d_chain U 0 L)^T, *)
(* where G is X times the transposed residual; for the functional Hessian T = 0.  Whatever T *)
(* is, two consecutive equations give the law of balance *)
(*   C_(k+1) U_(k+1) = U_k C_k,        C_k = chain 0 k *m G *m chain k.+1 L. *)

(* The second differential, sorted by the layer that V changes. *)
Lemma d2_chain_sum (R : comRingType) (M : nat -> nat) (W U V : forall i, 'M[R]_(M i.+1, M i)) l :
  d2_chain W U V 0 l
  = \sum_(k < l) (d_chain W U k.+1 l *m V k *m chain W 0 k
                  + chain W k.+1 l *m V k *m d_chain W U 0 k).
Proof.
elim: l => [|l IH]; first by rewrite big_ord0.
rewrite d2_chain_S // IH big_ord_recr /= d_chain_id chain_id !mul0mx add0r mul1mx.
(* The layers k < l get U l or W l in front. *)
rewrite addrAC; congr (_ + _); rewrite d_chain_sum // big_mkord !mulmx_sumr -big_split /=.
apply: eq_bigr => k _; rewrite d_chain_S // chain_S // mulmxDr !mulmxDl !mulmxA.
by rewrite -addrA.
Qed.

(* Directions that change one layer only. *)
Section SingleLayer.
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
move=> jk; rewrite d_chain_sum // big_nat big1 // => l lj.
by rewrite single_layer_neq ?mulmx0 ?mul0mx // gtn_eqF // (leq_trans lj).
Qed.

Lemma d_chain_single_layer1 l : (k < l)%N ->
  d_chain W V 0 l = chain W k.+1 l *m A *m chain W 0 k.
Proof.
move=> kl; rewrite d_chain_sum // big_mkord (bigD1 (Ordinal kl)) //= single_layer_eq.
rewrite big1 ?addr0 // => j; rewrite -val_eqE /= eq_sym => kj.
by rewrite single_layer_neq ?mulmx0 ?mul0mx.
Qed.

Lemma d2_chain_single_layer1 l : (k < l)%N ->
  d2_chain W U V 0 l
  = d_chain W U k.+1 l *m A *m chain W 0 k + chain W k.+1 l *m A *m d_chain W U 0 k.
Proof.
move=> kl; rewrite d2_chain_sum (bigD1 (Ordinal kl)) //= single_layer_eq.
rewrite big1 ?addr0 // => j; rewrite -val_eqE /= eq_sym => kj.
by rewrite single_layer_neq ?mulmx0 ?mul0mx ?addr0.
Qed.
End SingleLayer.

(* A matrix whose products with all others have trace zero is zero. *)
Lemma trace0 (R : comRingType) a b (E : 'M[R]_(a, b)) :
  (forall A : 'M_(b, a), \tr (E *m A) = 0) -> E = 0.
Proof.
move=> E0; apply/matrixP => i j; rewrite mxE -[RHS](E0 (delta_mx j i)).
rewrite /mxtrace (bigD1 i) //= mxE (bigD1 j) //= big1 => [|x xj]; last first.
  by rewrite mxE (negbTE xj) mulr0.
rewrite mxE !eqxx mulr1 addr0 big1 ?addr0 // => x xi.
by rewrite mxE big1 // => y _; rewrite mxE (negbTE xi) andbF mulr0.
Qed.

Section KernelEquations.
Variables (R : comRingType) (M : nat -> nat) (W U : forall i, 'M[R]_(M i.+1, M i)).
Variable L : nat.
Notation chain := (chain W).
Notation d_chain := (d_chain W U).

(* What multiplies a change of layer k: the left side of the k-th equation. *)
Definition layer_equation (T G : 'M[R]_(M 0%N, M L)) (k : nat) : 'M[R]_(M k, M k.+1) :=
  chain 0 k *m T *m chain k.+1 L + chain 0 k *m G *m d_chain k.+1 L
  + d_chain 0 k *m G *m chain k.+1 L.

(* The law of balance. *)
Lemma balance T G : (forall k, (k < L)%N -> layer_equation T G k = 0) ->
  forall k, (k.+1 < L)%N ->
  chain 0 k.+1 *m G *m chain k.+2 L *m U k.+1 = U k *m (chain 0 k *m G *m chain k.+1 L).
Proof.
move=> eq0 k kL.
have e1 : W k *m layer_equation T G k = layer_equation T G k.+1 *m W k.+1.
  by rewrite !eq0 ?mulmx0 ?mul0mx // ltnW.
have dE : d_chain k.+1 L = d_chain k.+2 L *m W k.+1 + chain k.+2 L *m U k.+1.
  rewrite (d_chain_comp W U (leqnSn k.+1) kL) chain_1 d_chain_S // d_chain_id chain_id.
  by rewrite mulmx1 mulmx0 addr0.
have PE : chain k.+1 L = chain k.+2 L *m W k.+1.
  by rewrite (chain_comp W (leqnSn k.+1) kL) chain_1.
move: e1; rewrite /layer_equation dE PE (d_chain_S W U (leq0n k)) (chain_S W (leq0n k)).
rewrite !(mulmxDl, mulmxDr) !mulmxA.
by rewrite -!addrA => /addrI /addrI; rewrite addrC [RHS]addrC => /addrI.
Qed.

Variables (N : nat) (X : 'M[R]_(M 0%N, N)) (Y : 'M[R]_(M L, N)).
Let G := X *m (residual X Y W)^T.

(* The form of the loss Hessian, sorted by layers. *)
Lemma hessian_form_layers V :
  hessian_form W X Y U V
  = \sum_(k < L) \tr (layer_equation (X *m X^T *m (d_chain 0 L)^T) G k *m V k).
Proof.
rewrite /hessian_form -/G d2_chain_sum (d_chain_sum W V) // big_mkord.
rewrite mulmx_suml !mulmx_sumr !raddf_sum -big_split /=; apply: eq_bigr => k _.
rewrite trmx_mul /layer_equation !mulmxDl mulmxDr !mxtraceD addrA.
congr (_ + _ + _); rewrite !mulmxA; last 2 first.
- by rewrite [LHS]mxtrace_mulC !mulmxA.
- by rewrite [LHS]mxtrace_mulC !mulmxA.
by rewrite [LHS]mxtrace_mulC !mulmxA [LHS]mxtrace_mulC !mulmxA.
Qed.

(* The kernel of the loss Hessian satisfies the equations. *)
Lemma kernel_equation : (forall V, hessian_form W X Y U V = 0) ->
  forall k, (k < L)%N -> layer_equation (X *m X^T *m (d_chain 0 L)^T) G k = 0.
Proof.
move=> ker k kL; apply: trace0 => A; rewrite -[RHS](ker (single_layer A)) hessian_form_layers.
rewrite (bigD1 (Ordinal kL)) //= single_layer_eq big1 ?addr0 // => j jk.
rewrite single_layer_neq ?mulmx0 ?mxtrace0 //.
by apply: contra jk => /eqP kj; apply/eqP/val_inj.
Qed.
End KernelEquations.

(* The same for the functional Hessian: T = 0. *)
Section FunctionalEquations.
Variables (F : fieldType) (M : nat -> nat) (W U : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).
Let G := X *m (residual X Y W)^T.

Lemma functional_form_layers V :
  functional_form W X Y U V = \sum_(k < L) \tr (layer_equation W U 0 G k *m V k).
Proof.
rewrite /functional_form -/G d2_chain_sum mulmx_sumr raddf_sum /=; apply: eq_bigr => k _.
rewrite /layer_equation mulmx0 mul0mx add0r !mulmxDl mulmxDr !mxtraceD.
by congr (_ + _); rewrite !mulmxA [LHS]mxtrace_mulC !mulmxA.
Qed.

Lemma functional_kernel_equation : (forall V, functional_form W X Y U V = 0) ->
  forall k, (k < L)%N -> layer_equation W U 0 G k = 0.
Proof.
move=> ker k kL; apply: trace0 => A; rewrite -[RHS](ker (single_layer A)) functional_form_layers.
rewrite (bigD1 (Ordinal kL)) //= single_layer_eq big1 ?addr0 // => j jk.
rewrite single_layer_neq ?mulmx0 ?mxtrace0 //.
by apply: contra jk => /eqP kj; apply/eqP/val_inj.
Qed.
End FunctionalEquations.
