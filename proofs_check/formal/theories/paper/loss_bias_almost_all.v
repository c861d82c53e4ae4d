From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import formulas narrowest int_ring chain bias bias_decoupling bias_centred.
From Hessproof Require Import generic generic_bias generic_bias_residual.
From Hessproof.paper Require Import loss_bias_data loss_bias_residual loss_bias_centred.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The repaired Fact 13: the rank of H_L with bias at almost all weights and biases, for data and *)
(* residuals of any ranks. The labels follow the weights, so that the residual E stays the same.  *)

(* Over an ordered field, for L >= 2 and all widths: for all inputs X and every s from 1 to       *)
(* min(r, K), where r is the rank of the samples (x, 1), there is a residual E, of mean not zero  *)
(* and with rk (x, 1) E^T = s, such that H_L has exactly the rank of the formula at almost all    *)
(* weights and biases whose labels leave this residual. m is the last narrowest hidden layer.     *)
Theorem loss_bias_exact (F : realFieldType) (M : nat -> nat) (L N m s : nat)
    (X : 'M[F]_(M 0%N, N)) (r := \rank (augmented X)) :
    (0 < m < L)%N -> M m = narrowest_hidden L M ->
    (forall l, (m < l < L)%N -> (narrowest_hidden L M < M l)%N) ->
    (0 < s)%N -> (s <= minn r (M L))%N ->
  exists E : 'M[F]_(M L, N),
    [/\ E *m const_mx 1 != 0 :> 'cV_(M L), \rank (augmented X *m E^T) = s
      & almost_all (fun w : 'rV[F]_(\sum_(l < L) biased_size M l) =>
          (\rank (biased_hessian (weights_of w) (biases_of w) X
                   (biased_labels_with X E (weights_of w) (biases_of w))))%:Z
          = loss_bias_generic L M m r s 1)].
Proof.
move=> mL Mm behind_m s0 s_le.
have [W [Y [e0 rs ge]]] := loss_bias_reached_every_rank (fun=> 0) mL Mm behind_m s0 s_le.
set E := biased_residual W _ X Y in rs; exists E; split=> //.
have small W' c : (\rank (biased_hessian W' c X (biased_labels_with X E W' c)))%:Z
    <= loss_bias_generic L M m r s 1.
  have L0 : (0 < L)%N by case/andP: mL => m0; apply: ltn_trans.
  have := @loss_bias_bound_every _ _ W' c _ _ m X (biased_labels_with X E W' c) L0.
  by rewrite biased_residual_labels_with rs; apply.
apply: (@generic_biased_rank_eq _ _ _ _ _
  (fun W' c => biased_hessian W' c X (biased_labels_with X E W' c))) => //.
- by move=> W1 W2 c1 c2 WW cc; apply: biased_loss_residual_local.
- exact: polynomial_biased_residual.
exists W, (fun=> 0); apply/le_anti; rewrite small /=.
by rewrite (biased_labels_withE (erefl _)).
Qed.

(* Over an ordered field, for L >= 2 and all widths: for all ranks r <= d and s <= min(r, K)      *)
(* there are inputs with rk (x, 1) = r + 1 and a residual E, of mean zero and with rk (x, 1) E^T  *)
(* = s, such that H_L has exactly the rank of the formula with e = 0 at almost all weights and    *)
(* biases whose labels leave this residual.                                                       *)
Theorem loss_bias_centred_exact (F : realFieldType) (M : nat -> nat) (L r s m : nat) :
    (1 < L)%N -> (r <= M 0)%N -> (s <= r)%N -> (s <= M L)%N ->
  exists (X : 'M[F]_(M 0%N, r + r + 1)) (E : 'M[F]_(M L, r + r + 1)),
    [/\ \rank (augmented X) = r.+1, E *m const_mx 1 = 0 :> 'cV_(M L), \rank (augmented X *m E^T) = s
      & almost_all (fun w : 'rV[F]_(\sum_(l < L) biased_size M l) =>
          (\rank (biased_hessian (weights_of w) (biases_of w) X
                   (biased_labels_with X E (weights_of w) (biases_of w))))%:Z
          = loss_bias_generic L M m r.+1 s 0)].
Proof.
move=> L1 r0 sr sK.
have [W [X [Y [e0 rX rs eqH]]]] := @loss_bias_centred_reached F M L r s m L1 r0 sr sK.
set E := biased_residual W _ X Y in rs; exists X, E; split=> //.
have N0 : (r + r + 1)%:R != 0 :> F by rewrite addn1 pnatr_eq0.
have small W' c : (\rank (biased_hessian W' c X (biased_labels_with X E W' c)))%:Z
    <= loss_bias_generic L M m r.+1 s 0.
  have sum0 : residual_sum W' c X (biased_labels_with X E W' c) = 0.
    by rewrite /residual_sum biased_residual_labels_with.
  by have := loss_bias_centred_bound (ltnW L1) N0 sum0 m; rewrite biased_residual_labels_with rs rX.
apply: (@generic_biased_rank_eq _ _ _ _ _
  (fun W' c => biased_hessian W' c X (biased_labels_with X E W' c))) => //.
- by move=> W1 W2 c1 c2 WW cc; apply: biased_loss_residual_local.
- exact: polynomial_biased_residual.
by exists W, (fun=> 0); rewrite (biased_labels_withE (erefl _)).
Qed.

(* Where no hidden width is below min(r + 1, K), and r~ = r + 1 and s~ = min(r~, K), the formula  *)
(* is that of Fact 13.                                                                            *)
Lemma fact13_formula L M m r (q := minn r.+1 (M L)) : (1 < L)%N ->
    (forall l, (0 < l < L)%N -> (q <= M l)%N) ->
  loss_bias_generic L M m r.+1 q 1 = fact13 L M r.
Proof.
move=> L1 wide; have [l lL hE] := narrowest_hidden_attained M L1.
have qh : (q <= narrowest_hidden L M)%N by rewrite hE wide.
rewrite /fact13 /loss_bias_generic /q_bias_of /q_centred_of /s_cut_of /s_next_of addn1 subn1 /=.
rewrite (minn_idPr qh) (minn_idPl (leq_trans qh _)) ?addn1 //.
have -> : minn (M L) (minn (narrowest_hidden L M) r.+1) = q.
  by rewrite minnCA [minn (M L) _]minnC (minn_idPr qh).
have rE : r.+1%:Z = r%:Z + 1 by rewrite -addn1 PoszD.
have [rK|Kr] := ltnP r (M L).
  have qE : q = r.+1 by apply/minn_idPl.
  rewrite qE in qh *; rewrite [minn _ r](minn_idPr (ltnW qh)) (minn_idPr (ltnW rK)) rE.
  by move: r%:Z (hidden_total _ _)%:Z (M L)%:Z L%:Z (\sum_(_ <= i < _) _) => *; int_ring.
have qE : q = M L by apply/minn_idPr/leqW.
rewrite qE in qh *; rewrite (minn_idPl _) ?leq_min ?qh // rE.
by move: r%:Z (hidden_total _ _)%:Z (M L)%:Z L%:Z (\sum_(_ <= i < _) _) => *; int_ring.
Qed.

(* Fact 13 where it is right, over an ordered field, for L >= 2: for all inputs X of rank r with  *)
(* rk (x, 1) = r + 1, where no hidden width is below min(r + 1, K), there is a residual E, of     *)
(* mean not zero and with rk (x, 1) E^T = min(r + 1, K), such that H_L has the rank that it       *)
(* states at almost all weights and biases whose labels leave this residual.                      *)
Corollary fact13_exact (F : realFieldType) (M : nat -> nat) (L N : nat) (X : 'M[F]_(M 0%N, N))
    (r := \rank X) :
    (1 < L)%N -> \rank (augmented X) = r.+1 -> (0 < M L)%N ->
    (forall l, (0 < l < L)%N -> (minn r.+1 (M L) <= M l)%N) ->
  exists E : 'M[F]_(M L, N),
    [/\ E *m const_mx 1 != 0 :> 'cV_(M L), \rank (augmented X *m E^T) = minn r.+1 (M L)
      & almost_all (fun w : 'rV[F]_(\sum_(l < L) biased_size M l) =>
          (\rank (biased_hessian (weights_of w) (biases_of w) X
                   (biased_labels_with X E (weights_of w) (biases_of w))))%:Z
          = fact13 L M r)].
Proof.
move=> L1 rX ML wide.
have [m [mL Mm behind_m]] := last_narrowest M L1.
have s0 : (0 < minn r.+1 (M L))%N by rewrite leq_min.
have := @loss_bias_exact F M L N m (minn r.+1 (M L)) X mL Mm behind_m s0.
by rewrite rX fact13_formula //; apply.
Qed.
