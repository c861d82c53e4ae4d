From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import chain bias_decoupling bias_pairing.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* Families of silent directions with an invertible matrix of values of the     *)
(* functional form: their number is a lower bound of its rank on the kernel of  *)
(* the outer form.                                                              *)
Section Families.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L : nat) (G : 'M[F]_(M 0%N, M L)) (g : 'rV[F]_(M L)).
Notation parts := (parts F M).
Notation gram := (gram W G g).

(* n silent directions U_i and n silent V_j with an invertible matrix of values of the form. *)
Definition nondegenerate (n : nat) : Prop :=
  exists U V : 'I_n -> parts,
    [/\ forall i, silent W L (U i), forall i, silent W L (V i) & gram U V \in unitmx].

Definition joined a b (U : 'I_a -> parts) (V : 'I_b -> parts) (i : 'I_(a + b)) : parts :=
  match split i with inl j => U j | inr j => V j end.

Lemma gram_joined a b c d (U1 : 'I_a -> parts) (U2 : 'I_b -> parts)
    (V1 : 'I_c -> parts) (V2 : 'I_d -> parts) :
  gram (joined U1 U2) (joined V1 V2)
  = block_mx (gram U1 V1) (gram U1 V2) (gram U2 V1) (gram U2 V2).
Proof.
apply/matrixP => i j; rewrite [LHS]mxE [RHS]mxE /joined.
case: (split i) => i'; rewrite [RHS]mxE; by case: (split j) => j'; rewrite mxE.
Qed.

Lemma silent_joined a b (U : 'I_a -> parts) (V : 'I_b -> parts) :
  (forall i, silent W L (U i)) -> (forall i, silent W L (V i)) ->
  forall i, silent W L (joined U V i).
Proof. by move=> hU hV i; rewrite /joined; case: split. Qed.

(* Directions of weights that g does not read behind m, and the pairs behind m. *)
Variables (m : nat) (h : forall l, 'cV[F]_(M l)).
Hypothesis mL : (m < L)%N.
Hypothesis passed : forall l, (m < l)%N -> (l < L)%N -> W l *m h l = h l.+1.
Hypothesis read : g *m h L = 1%:M.
Notation n := (\sum_(l < L) behind M m l)%N.

(* n0 directions of weights with an invertible matrix become n0 + 2n directions. *)
Lemma pairing_step n0 (A B : 'I_n0 -> forall i, 'M[F]_(M i.+1, M i)) :
    (forall i, d_chain W (A i) 0 L = 0) -> (forall i, d_chain W (B i) 0 L = 0) ->
    (forall i l, (m < l)%N -> (l < L)%N -> g *m chain W l.+1 L *m A i l = 0) ->
    (forall i l, (m < l)%N -> (l < L)%N -> g *m chain W l.+1 L *m B i l = 0) ->
    \matrix_(i, j) \tr (G *m d2_chain W (A i) (B j) 0 L) \in unitmx ->
  nondegenerate (n0 + n + n).
Proof.
move=> A0 B0 Ag Bg unitAB.
pose still C : 'I_n0 -> parts := fun i => (C i, @no_means F M).
pose u (i : 'I_n) : 'rV[F]_n := delta_mx 0 i.
pose r i := rows W h (u i); pose s i := means W (u i).
have silent_still C : (forall i, d_chain W (C i) 0 L = 0) -> forall i, silent W L (still C i).
  by move=> C0 i; split; rewrite ?C0 ?mean_change0.
have silent_r i : silent W L (r i) by apply: rows_silent.
have silent_s i : silent W L (s i) by apply: means_silent.
have gram_rs : gram r s = 1%:M.
  apply/matrixP => i j; rewrite !mxE core_rows_means // /u trmx_delta mul_delta_mx_cond.
  by rewrite mulmxnE mxE !eqxx.
have gram_sr : gram s r = 1%:M.
  by apply/matrixP => i j; rewrite mxE core_form_sym -[1%:M]trmx1 -gram_rs !mxE.
have gram_As : gram (still A) s = 0.
  by apply/matrixP => i j; rewrite !mxE; apply: core_weights_means => // l; apply: Ag.
have gram_s_Bs : gram s (joined (still B) s) = 0.
  apply/matrixP => i j; rewrite !mxE /joined; case: split => k; last first.
    rewrite /core_form d2_chain0 mean_change2_means !mulmx0 mxtrace0.
    by rewrite mxE addr0.
  by rewrite core_form_sym; apply: core_weights_means => // l; apply: Bg.
exists (joined (joined (still A) r) s), (joined (joined (still B) s) r); split.
- by do 2![apply: silent_joined => //]; apply: silent_still.
- by do 2![apply: silent_joined => //]; apply: silent_still.
rewrite gram_joined gram_sr gram_s_Bs gram_joined gram_rs gram_As.
rewrite unitmxE det_ublock det_lblock !det1 !mulr1 -unitmxE.
have -> : gram (still A) (still B) = \matrix_(i, j) \tr (G *m d2_chain W (A i) (B j) 0 L).
  apply/matrixP => i j; rewrite !mxE /core_form mean_change2_weights mulmx0.
  by rewrite [X in _ + X]mxE addr0.
by [].
Qed.
End Families.
